using Microsoft.Extensions.Logging;

namespace TestKit;

/// <summary>One line of a log.</summary>
public sealed record LoggedLine(int EventId, LogLevel Level, string Message);
