using Lake.Keys;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Values over the same fields that delete rows.</summary>
/// <param name="Columns">The columns that the fields stand in, cut down to them.</param>
/// <param name="Ids">The fields.</param>
/// <param name="Sets">The values, a set a delete file.</param>
internal sealed record DeletedKeys(IReadOnlyList<NestedField> Columns, IReadOnlyList<int> Ids, IReadOnlyList<KeySet> Sets);
