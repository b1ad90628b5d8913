"""Reports as people make them: saved first, then judged by the desk, and answered with a receipt that lives on."""
