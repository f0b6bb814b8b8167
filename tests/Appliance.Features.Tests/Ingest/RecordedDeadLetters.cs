using Appliance.Features.Ingest;

namespace Appliance.Features.Tests.Ingest;

/// <summary>Dead letters kept in memory.</summary>
internal sealed class RecordedDeadLetters : IDeadLetters
{
    public List<(long Position, RefusalReason Reason, string Refusal)> Letters { get; } = [];

    public bool TakesLetters { get; set; } = true;

    public void Add(in PagedEvent refused, RefusalReason reason, string refusal) => Letters.Add((refused.Position, reason, refusal));

    public bool Flush() => TakesLetters;
}
