"""`voice-skill devices` and `voice-skill doctor`: what is there, and what is well."""

from __future__ import annotations

import click

from voice_skill.cli.options import Settings, pass_settings, shared_options
from voice_skill.domain.errors import DeviceError


@click.command(epilog="Example: voice-skill devices")
@click.option("--check", is_flag=True, help="Exit with 4 unless the microphone really gives sound.")
@shared_options
@pass_settings
def devices(settings: Settings, check: bool) -> int:
    """List microphones and speakers; the defaults are marked with *."""
    from voice_skill.audio.devices import list_devices, usable_microphone

    found = list_devices()
    for device in found:
        default = "*" if device.default_input or device.default_output else " "
        kinds = [
            kind
            for kind, channels in (
                ("microphone", device.input_channels),
                ("speaker", device.output_channels),
            )
            if channels
        ]
        click.echo(
            f"{device.number:>3} {default} {device.name}  ({', '.join(kinds)},"
            f" {device.sample_rate} Hz)"
        )
    if not found:
        raise DeviceError(
            "there is no microphone and no speaker",
            hint="plug one in and check that the sound server runs",
        )
    if check and not usable_microphone(settings.configuration().input_device):
        raise DeviceError(
            "the microphone gives no sound", hint="see what is wrong with: voice-skill doctor"
        )
    return 0


@click.command(epilog="Example: voice-skill doctor")
@click.option("--input-device", metavar="X", help="Microphone: number or part of its name.")
@click.option("--output-device", metavar="Y", help="Speaker: number or part of its name.")
@shared_options
@pass_settings
def doctor(settings: Settings, input_device: str | None, output_device: str | None) -> int:
    """Look at model, voice, microphone, speaker and the way round; a remedy for each."""
    from voice_skill.conversation.checkup import check_up

    configuration = settings.configuration()
    ill = False
    for finding in check_up(
        settings.load_skill(),
        settings.model_folder(),
        microphone=input_device or configuration.input_device,
        speaker=output_device or configuration.output_device,
    ):
        ill |= not finding.well and finding.needed
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.name:<11} {finding.seen}")
        if finding.remedy:
            click.echo(f"     {'':<11} -> {finding.remedy}")
    return 1 if ill else 0
