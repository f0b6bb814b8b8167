namespace Lake.Query;

/// <summary>A query is wrong, is not allowed, or went beyond a limit; the message says what, its value and the rule.</summary>
public sealed class QueryException : Exception
{
    public QueryException(string message)
        : base(message)
    {
    }

    public QueryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
