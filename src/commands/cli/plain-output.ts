/**
 * The switch that keeps colours out of files. It is loaded before anything else: citty decides when
 * it is loaded whether to colour its help, and would colour it in a file too.
 */
if (!process.stdout.isTTY) process.env.NO_COLOR ??= '1'
