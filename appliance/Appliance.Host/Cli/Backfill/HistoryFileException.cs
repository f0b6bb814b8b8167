namespace Appliance.Host.Cli.Backfill;

/// <summary>A history file cannot be read at all: the message names it and says why.</summary>
internal sealed class HistoryFileException(string message) : Exception(message);
