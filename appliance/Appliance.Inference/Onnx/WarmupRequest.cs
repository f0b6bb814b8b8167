using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Appliance.Inference.Tensors;

namespace Appliance.Inference.Onnx;

/// <summary>A configured warm-up request as an entry that an instance can run.</summary>
internal static class WarmupRequest
{
    private const int Seed = 1;

    /// <exception cref="ModelLoadException">It does not fit the model.</exception>
    public static BatchEntry Create(WarmupSettings warmup, ModelSignature signature, Func<string, byte[]> readFile)
    {
        var entry = new BatchEntry();
        var random = new Random(Seed);
        foreach (var input in warmup.Inputs)
        {
            ref var view = ref entry.AddInput();
            view.Name = System.Text.Encoding.UTF8.GetBytes(input.Name);
            view.Datatype = Tensors.Datatypes.FromConfig(input.Datatype);
            if (signature.Batches)
            {
                entry.AddDim(warmup.BatchSize);
                view.Rank++;
            }
            var elements = 1L;
            foreach (var dim in input.Dims)
            {
                entry.AddDim(dim);
                view.Rank++;
                elements *= dim;
            }
            view.Content = Rows(Row(input, view.Datatype, checked((int)elements), random, readFile), signature.Batches ? warmup.BatchSize : 1);
        }
        return RequestBinder.Bind(entry, signature, warmup.Name) == ScoreStatus.Ok
            ? entry
            : throw new ModelLoadException($"model_warmup '{warmup.Name}' does not fit the model: {entry.Error}");
    }

    private static byte[] Row(WarmupInput input, Datatype datatype, int elements, Random random, Func<string, byte[]> readFile) => input.Content switch
    {
        WarmupContent.File => FileRow(readFile(input.File!), datatype, elements),
        WarmupContent.Random => ProbeEntries.Fill(datatype, elements, random),
        _ => new byte[elements * (datatype == Datatype.Bytes ? 4 : datatype.Size())],
    };

    private static byte[] FileRow(byte[] file, Datatype datatype, int elements) =>
        datatype == Datatype.Bytes ? file : file[..(elements * datatype.Size())];

    private static byte[] Rows(byte[] row, int count)
    {
        var rows = new byte[row.Length * count];
        for (var i = 0; i < count; i++) row.CopyTo(rows, i * row.Length);
        return rows;
    }
}
