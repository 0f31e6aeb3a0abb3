"""Checks of lesson 01: how many numbers a recording is."""

from exercises import Wrong

SENTENCES = {
    "01-1": {
        "right": {
            "ko": "3초짜리 스테레오 녹음 하나가 벌써 숫자 288000개예요. 그래서 우리는 채널을 하나로 합치고 표본화율을 "
            "낮춰서 시작해요.",
            "en": "Three seconds of stereo are 288000 numbers already. That is why we begin by merging the channels "
            "and lowering the sample rate.",
        },
        "one_channel": {
            "ko": "한 채널만 셌어요. 스테레오는 왼쪽과 오른쪽을 따로 적어요.",
            "en": "You counted one channel. Stereo writes down left and right separately.",
        },
        "our_rate": {
            "ko": "이 수업의 표본화율 22050 Hz로 계산했어요. 문제의 녹음은 48000 Hz예요.",
            "en": "You used this lesson's own sample rate, 22050 Hz. The recording in question has 48000 Hz.",
        },
        "other": {
            "ko": "1초에 재는 횟수, 초, 채널의 수를 모두 곱했는지 보세요.",
            "en": "See whether you multiplied all three: measurements a second, seconds, channels.",
        },
    },
}


def check_01_1(answer):
    """How many numbers three seconds of stereo at 48 000 Hz are."""
    if answer == 48_000 * 3:
        raise Wrong("one_channel")
    if answer == 22_050 * 3 * 2:
        raise Wrong("our_rate")
    if answer != 48_000 * 3 * 2:
        raise Wrong("other")
