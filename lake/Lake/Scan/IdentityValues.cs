using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Scan;

/// <summary>Values of columns that files need not have, as their partition says them: tables made of other engines' files leave such columns out. Pure.</summary>
internal static class IdentityValues
{
    /// <summary>The one value that a column has in all rows of a file, where the file's partition holds it as it is; null is a value.</summary>
    public static bool TryGet(TableMetadata metadata, DataFile file, int fieldId, out object? value)
    {
        var fields = metadata.Spec(file.SpecId).Fields;
        for (var i = 0; i < fields.Count && i < file.Partition.Values.Count; i++)
        {
            if (fields[i].SourceId != fieldId || fields[i].Transform.Kind != TransformKind.Identity) continue;
            value = file.Partition.Values[i];
            return true;
        }
        value = null;
        return false;
    }
}
