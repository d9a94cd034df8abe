"""What the desk says at the top of this week's issues, in Markdown."""

NOTES = {
    "en": (
        "Good morning. Two of this week’s articles began with the same book, the tide tables. Odile Marchena laid them "
        "beside the port’s concrete deliveries and beside ten years of seizures, and both times the water knew more "
        "than the paperwork.\n\nIf you know who signed for Pier Nine, *we read every answer to this mail*."
    ),
    "es": (
        "Buenos días. Detrás de la portada de esta semana hay veintisiete familias que guardaron sus recibos durante "
        "once meses. Guarden los suyos: casi todo lo que sabemos de esta costa empezó en un cajón.\n\n"
        "Si usted sabe quién firmó por el Muelle Nueve, *leemos cada respuesta a este correo*."
    ),
}
"""By language."""
