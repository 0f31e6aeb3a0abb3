"""What JupyterLab reads when JUPYTER_CONFIG_PATH names this folder: it shows the lessons with custom.css."""

from pathlib import Path

c = get_config()  # noqa: F821
c.LabApp.custom_css = True
# where /custom is served from; there is no option of its own for it
c.ServerApp.tornado_settings = {"static_custom_path": [str(Path(__file__).resolve().parent)]}
