using System.Globalization;
using System.Text.RegularExpressions;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Vectors;

/// <summary>The ONNX backend test data: every case that brings its model along.</summary>
internal static partial class BackendCases
{
    private const string Archive = "onnx/onnx_backend_test_data_v1.23.0-dev.tar.xz";

    /// <summary>All cases by name; skips the test where the data or xz is absent.</summary>
    public static IReadOnlyList<BackendCase> ReadOrSkip()
    {
        var models = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var inputs = new Dictionary<string, Dictionary<int, byte[]>>();
        foreach (var (name, content) in XzArchive.Read(TestData.FileOrSkip(Archive)))
        {
            if (ModelFile().Match(name) is { Success: true } model) models.Add(model.Groups["case"].Value, content);
            if (InputFile().Match(name) is not { Success: true } input) continue;
            var ofCase = inputs.TryGetValue(input.Groups["case"].Value, out var known) ? known : inputs[input.Groups["case"].Value] = [];
            ofCase.Add(int.Parse(input.Groups["index"].Value, CultureInfo.InvariantCulture), content);
        }
        return [.. models.Select(m => new BackendCase(m.Key, m.Value, inputs.GetValueOrDefault(m.Key) ?? []))];
    }

    [GeneratedRegex("/data/(?<case>[^/]+/[^/]+)/model\\.onnx$")]
    private static partial Regex ModelFile();

    [GeneratedRegex("/data/(?<case>[^/]+/[^/]+)/test_data_set_0/input_(?<index>[0-9]+)\\.pb$")]
    private static partial Regex InputFile();
}
