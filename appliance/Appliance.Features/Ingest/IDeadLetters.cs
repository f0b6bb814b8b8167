namespace Appliance.Features.Ingest;

/// <summary>Where events go that can never be applied, with the reason.</summary>
public interface IDeadLetters
{
    /// <summary>Keeps an event. Does not block on the disk or a broker.</summary>
    void Add(in PagedEvent refused, RefusalReason reason, string refusal);

    /// <summary>Makes everything added so far durable; false where that fails for now, and the letters are kept for the next call.</summary>
    bool Flush();
}
