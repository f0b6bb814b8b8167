// Hot path: once for each event and stream view.
using System.Text;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace Appliance.Features.Ingest;

/// <summary>One event as a stream view's plan sees it; filters are evaluated when first asked for. Reused; not thread-safe.</summary>
internal sealed class WindowEvent
{
    private enum Answer : byte
    {
        Unknown,
        No,
        Yes,
    }

    private StreamTarget _target = null!;
    private EventFields _fields = null!;
    private FeatureValue[] _slots = [];
    private Answer[] _filters = [];

    public long EventMicros { get; private set; }

    public long IngestMicros { get; private set; }

    public long ArrivalOrder { get; private set; }

    /// <summary>Takes the event up for a view.</summary>
    /// <param name="target">The view.</param>
    /// <param name="fields">The event's fields, as the source's schema has them.</param>
    /// <param name="type">The event's type.</param>
    /// <param name="eventMicros">When it happened.</param>
    /// <param name="ingestMicros">When it was read.</param>
    /// <param name="order">Settles events of one time.</param>
    public void Begin(StreamTarget target, EventFields fields, string type, long eventMicros, long ingestMicros, long order)
    {
        (_target, _fields, EventMicros, IngestMicros, ArrivalOrder) = (target, fields, eventMicros, ingestMicros, order);
        var values = fields.Values;
        if (_slots.Length != values.Length + 1) _slots = new FeatureValue[values.Length + 1];
        _slots[0] = FeatureValue.Of(type);
        values.CopyTo(_slots.AsSpan(1));
        if (_filters.Length < target.Filters.Length) _filters = new Answer[target.Filters.Length];
        _filters.AsSpan().Clear();
    }

    public View AsView() => new(this);

    private FeatureValue Field(int field) => _fields[_target.Fields[field]];

    private bool Matches(int filter)
    {
        ref var answer = ref _filters[filter];
        if (answer == Answer.Unknown) answer = _target.Filters[filter].IsTrue(_slots) ? Answer.Yes : Answer.No;
        return answer == Answer.Yes;
    }

    /// <summary>The event as the plan is given it: a struct, so that its code is made for it.</summary>
    public readonly struct View(WindowEvent of) : IWindowEvent
    {
        // Text up to here is hashed on the stack.
        private const int StackBytes = 256;

        public long EventMicros => of.EventMicros;

        public long IngestMicros => of.IngestMicros;

        public long ArrivalOrder => of.ArrivalOrder;

        public bool TryGetNumber(int field, out double value)
        {
            var held = of.Field(field);
            value = held.AsDouble;
            return !held.IsNull;
        }

        public bool TryGetInteger(int field, out long value)
        {
            var held = of.Field(field);
            value = held.AsInt64;
            return !held.IsNull;
        }

        public bool TryGetTextHash(int field, out ulong hash)
        {
            var text = of.Field(field);
            hash = 0;
            if (text.IsNull) return false;
            var most = Encoding.UTF8.GetMaxByteCount(text.AsString.Length);
            Span<byte> utf8 = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
            hash = DistinctHash.OfText(utf8[..Encoding.UTF8.GetBytes(text.AsString, utf8)]);
            return true;
        }

        public bool Matches(int filter) => of.Matches(filter);
    }
}
