using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EndToEnd.Tests.Models;

/// <summary>The manifest of a version that multiplies rows of four floats, with the checksum of its file and one golden row.</summary>
internal static class ScaleManifest
{
    /// <summary>A version of that model with its manifest, as a publisher writes it.</summary>
    /// <param name="golden">The factor that the golden row claims.</param>
    public static (string Name, byte[] Content)[] Version(string model, long version, float factor, float golden)
    {
        var onnx = OnnxModels.Scale(factor);
        return [("model.onnx", onnx), ("manifest.json", Encoding.UTF8.GetBytes(Json(model, version, onnx, golden)))];
    }

    public static string Json(string model, long version, byte[] onnx, float golden) => $$"""
        {
          "formatVersion": 1,
          "model": "{{model}}",
          "version": {{version}},
          "features": [
            { "name": "a", "type": "double", "input": "INPUT0", "column": 0 },
            { "name": "b", "type": "double", "input": "INPUT0", "column": 1, "default": 2 },
            { "name": "c", "type": "double", "input": "INPUT0", "column": 2, "default": null },
            { "name": "d", "type": "double", "input": "INPUT0", "column": 3, "default": 0.5 }
          ],
          "outputs": [ { "name": "scaled", "output": "OUTPUT0", "column": 0, "levels": [ { "name": "high", "min": 0.5 }, { "name": "low" } ] } ],
          "files": [ { "path": "model.onnx", "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(onnx))}}", "bytes": {{onnx.Length}} } ],
          "goldenRows": {
            "tolerance": 1e-5,
            "inputs": [ { "name": "INPUT0", "datatype": "FP32", "shape": [ 1, 4 ], "data": [ 1, 2, 3, 4 ] } ],
            "outputs": [ { "name": "OUTPUT0", "datatype": "FP32", "shape": [ 1, 4 ], "data": [ {{Golden(golden)}} ] } ]
          },
          "metrics": { "auc": 0.84 }
        }
        """;

    private static string Golden(float factor) => string.Join(", ", new[] { 1, 2, 3, 4 }.Select(v => (v * factor).ToString(CultureInfo.InvariantCulture)));
}
