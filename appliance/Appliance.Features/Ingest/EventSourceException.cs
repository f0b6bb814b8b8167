namespace Appliance.Features.Ingest;

/// <summary>An event source cannot go on: the message says why and what an operator can do.</summary>
public sealed class EventSourceException : Exception
{
    public EventSourceException(string message)
        : base(message)
    {
    }

    public EventSourceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
