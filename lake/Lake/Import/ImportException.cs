namespace Lake.Import;

/// <summary>An import cannot be done as it was asked for; the message names setting or file, value and rule. Nothing of it is seen in the table.</summary>
public sealed class ImportException : Exception
{
    public ImportException(string message)
        : base(message)
    {
    }

    public ImportException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
