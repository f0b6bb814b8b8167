using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using FeatureModel.Events;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Events;

/// <summary>What one body of events needs while it is taken in. Pooled.</summary>
internal sealed class EventBody : IResettable
{
    /// <summary>Places kept between bodies; more are given back. 4,096: bodies are mostly of a hundred events.</summary>
    private const int Kept = 4096;

    private JournalAppend[] _results = new JournalAppend[128];

    public EventRecordBuffer Records { get; } = new();

    public EventScreen Screen { get; } = new();

    /// <summary>A place for each of the records.</summary>
    public Span<JournalAppend> Results
    {
        get
        {
            if (_results.Length < Records.Count) _results = new JournalAppend[Records.Count];
            return _results.AsSpan(0, Records.Count);
        }
    }

    public bool TryReset()
    {
        Records.Clear();
        if (_results.Length > Kept) _results = new JournalAppend[128];
        return true;
    }
}
