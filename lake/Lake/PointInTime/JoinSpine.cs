using Apache.Arrow;

namespace Lake.PointInTime;

/// <summary>The rows that features are looked up for. Immutable; those of batches are read once.</summary>
public sealed class JoinSpine
{
    private JoinSpine(TableAt? table, Schema? schema, IAsyncEnumerable<RecordBatch>? batches) => (Table, Schema, Batches) = (table, schema, batches);

    internal TableAt? Table { get; }

    internal Schema? Schema { get; }

    internal IAsyncEnumerable<RecordBatch>? Batches { get; }

    /// <summary>The rows of a table, in the order in which they were written.</summary>
    public static JoinSpine Of(TableAt table) => new(table, null, null);

    /// <summary>Rows that are given.</summary>
    /// <param name="schema">Their columns.</param>
    /// <param name="batches">The rows; each batch stays the caller's, until the next one is asked for.</param>
    public static JoinSpine Of(Schema schema, IAsyncEnumerable<RecordBatch> batches) => new(null, schema, batches);
}
