"""The application object for a WSGI server, configured by the environment."""

from service.app import create_app

app = create_app()
