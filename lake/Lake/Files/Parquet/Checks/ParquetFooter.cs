using System.Text;

namespace Lake.Files.Parquet.Checks;

/// <summary>What a Parquet file's footer says of where its pages are. Immutable.</summary>
/// <param name="Leaves">Of each primitive column the field ids of it and of what it is in.</param>
/// <param name="Chunks">The column chunks of all row groups.</param>
/// <param name="MarkAt">Where, in the footer, the value of <see cref="FileChecks.Key"/> begins; below 0 where there is none.</param>
/// <param name="Mark">That value; empty where there is none.</param>
internal sealed record ParquetFooter(IReadOnlyList<IReadOnlySet<int>> Leaves, IReadOnlyList<ColumnChunk> Chunks, int MarkAt, string Mark)
{
    /// <summary>Null where the bytes are no such footer.</summary>
    /// <param name="bytes">The footer, without its length and the file's mark behind it.</param>
    public static ParquetFooter? TryRead(ReadOnlySpan<byte> bytes)
    {
        var thrift = new ThriftReader(bytes);
        List<IReadOnlySet<int>>? leaves = [];
        var chunks = new List<ColumnChunk>();
        var (markAt, mark) = (-1, "");
        var field = 0;
        while (thrift.NextField(ref field, out var type))
        {
            switch (field, type)
            {
                case (2, ThriftReader.List):
                    leaves = LeavesOf(ReadElements(ref thrift));
                    break;
                case (4, ThriftReader.List):
                    for (var n = thrift.ReadList(out _); n > 0 && !thrift.IsBroken; n--) ReadGroup(ref thrift, chunks);
                    break;
                case (5, ThriftReader.List):
                    for (var n = thrift.ReadList(out _); n > 0 && !thrift.IsBroken; n--) ReadPair(ref thrift, ref markAt, ref mark);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return thrift.IsBroken || leaves is null || chunks.Exists(c => c.Leaf >= leaves.Count) ? null : new ParquetFooter(leaves, chunks, markAt, mark);
    }

    private static List<(int? Id, int Children)> ReadElements(ref ThriftReader thrift)
    {
        var elements = new List<(int? Id, int Children)>();
        for (var n = thrift.ReadList(out _); n > 0 && !thrift.IsBroken; n--)
        {
            int? id = null;
            var (children, field) = (0, 0);
            while (thrift.NextField(ref field, out var type))
            {
                if (field == 5) children = (int)thrift.ReadInteger();
                else if (field == 9) id = (int)thrift.ReadInteger();
                else thrift.Skip(type);
            }
            elements.Add((id, children));
        }
        return elements;
    }

    // The schema is a tree, told from the root down; null where it is none.
    private static List<IReadOnlySet<int>>? LeavesOf(List<(int? Id, int Children)> elements)
    {
        var leaves = new List<IReadOnlySet<int>>();
        var above = new Stack<(int Left, HashSet<int> Ids)>();
        foreach (var (id, children) in elements)
        {
            HashSet<int> ids = above.Count == 0 ? [] : [.. above.Peek().Ids];
            if (id is { } own) ids.Add(own);
            if (above.TryPop(out var parent)) above.Push((parent.Left - 1, parent.Ids));
            if (children > 0 || (leaves.Count == 0 && above.Count == 0)) above.Push((children, ids));
            else leaves.Add(ids);
            while (above.TryPeek(out var done) && done.Left <= 0 && above.Count > 1) above.Pop();
        }
        return above.Count == 1 && above.Peek().Left == 0 ? leaves : null;
    }

    private static void ReadGroup(ref ThriftReader thrift, List<ColumnChunk> chunks)
    {
        var field = 0;
        while (thrift.NextField(ref field, out var type))
        {
            if (field != 1)
            {
                thrift.Skip(type);
                continue;
            }
            var count = thrift.ReadList(out _);
            for (var leaf = 0; leaf < count && !thrift.IsBroken; leaf++) ReadChunk(ref thrift, leaf, chunks);
        }
    }

    private static void ReadChunk(ref ThriftReader thrift, int leaf, List<ColumnChunk> chunks)
    {
        var (field, before, isElsewhere) = (0, chunks.Count, false);
        while (thrift.NextField(ref field, out var type))
        {
            // Pages in another file, or encrypted ones: readers here refuse them.
            if (field is 1 or 8) isElsewhere = true;
            if (field == 3 && type == ThriftReader.Struct) ReadPlace(ref thrift, leaf, chunks);
            else thrift.Skip(type);
        }
        if (isElsewhere) chunks.RemoveRange(before, chunks.Count - before);
    }

    private static void ReadPlace(ref ThriftReader thrift, int leaf, List<ColumnChunk> chunks)
    {
        var (field, data, dictionary, length) = (0, 0L, 0L, 0L);
        while (thrift.NextField(ref field, out var type))
        {
            switch (field)
            {
                case 7: length = thrift.ReadInteger(); break;
                case 9: data = thrift.ReadInteger(); break;
                case 11: dictionary = thrift.ReadInteger(); break;
                default: thrift.Skip(type); break;
            }
        }
        // Some writers give 0 for no dictionary.
        chunks.Add(new ColumnChunk(leaf, dictionary > 0 && dictionary < data ? dictionary : data, length));
    }

    private static void ReadPair(ref ThriftReader thrift, ref int markAt, ref string mark)
    {
        var (field, isMark) = (0, false);
        while (thrift.NextField(ref field, out var type))
        {
            if (field == 1)
            {
                isMark = thrift.ReadBytes().SequenceEqual(FileChecks.KeyBytes);
            }
            else if (field == 2 && isMark)
            {
                var value = thrift.ReadBytes();
                (markAt, mark) = (thrift.Position - value.Length, Encoding.UTF8.GetString(value));
            }
            else
            {
                thrift.Skip(type);
            }
        }
    }
}
