"""The commands of this side: accounts, the map under the picture, and the processes of the Kafka engine."""

import typer

from api.auth.people_commands import add_to
from api.basemap.commands import basemap
from schemas.command_line import DataOption, HealthHostOption, settings_of


def add_commands(app: typer.Typer, version: str) -> None:
    """Put them into the command line of a version."""
    add_to(app)
    app.add_typer(basemap, name="basemap")

    @app.command("project", epilog="Example: NIGHTDESK_KAFKA=kafka-1:9092 nightdesk project")
    def project_command(data: DataOption = None) -> None:
        """Bring what the desks tell into Redis and the record, on the Kafka engine; any number of these may run."""
        from api.roles.project import project  # noqa: PLC0415 - Kafka and Redis are there for the Kafka engine alone

        project(settings_of(data))

    @app.command("push", epilog="Example: NIGHTDESK_REDIS=redis://redis:6379/0 nightdesk push")
    def push_command(data: DataOption = None, health_host: HealthHostOption = None) -> None:
        """Serve the live socket on the Kafka engine; any number of these may run."""
        from api.roles.push import push  # noqa: PLC0415

        push(settings_of(data), version, health_host)
