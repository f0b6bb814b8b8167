namespace Lake;

/// <summary>Something read is not what the Iceberg, Avro or Parquet specification wants, or asks for a part that is not built. The message names place, value and rule.</summary>
public sealed class LakeFormatException : Exception
{
    public LakeFormatException(string message)
        : base(message)
    {
    }

    public LakeFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The file that is damaged or gone; null where the message is about none.</summary>
    public string? Location { get; init; }

    /// <summary>Whether the message says what to do about the file.</summary>
    internal bool HasAdvice { get; init; }
}
