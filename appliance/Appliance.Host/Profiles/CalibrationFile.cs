using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Inference.Onnx;

namespace Appliance.Host.Profiles;

/// <summary>A calibration as it is kept in the state folder.</summary>
/// <param name="Version">Of the appliance that measured.</param>
/// <param name="Machine">Facts of the machine that was measured.</param>
internal sealed record KeptCalibration(string Version, string Machine, CalibrationResult Result);

/// <summary>Keeps the last calibration, so that a start of the same version on the same machine does not measure again. Not thread-safe.</summary>
/// <param name="folder">The state folder; empty keeps nothing.</param>
internal sealed class CalibrationFile(string folder, string version)
{
    public const string Name = "hardware-calibration.json";

    private readonly string? _path = folder.Length == 0 ? null : Path.Combine(folder, Name);

    /// <summary>What was measured of this machine by this version, or null with the reason.</summary>
    public CalibrationResult? Read(string machine, out string reason)
    {
        reason = _path is null ? "there is no state folder to keep it in" : "none was kept";
        if (_path is null || !File.Exists(_path)) return null;
        try
        {
            var kept = JsonSerializer.Deserialize(File.ReadAllBytes(_path), CalibrationJsonContext.Default.KeptCalibration);
            reason = kept is null || !IsWhole(kept) ? "the kept one is damaged" : kept.Version != version ? $"the kept one is of version {kept.Version}" : "the kept one is of another machine";
            return kept is not null && IsWhole(kept) && kept.Version == version && kept.Machine == machine ? kept.Result : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            reason = $"the kept one cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>Keeps a measurement; null, or why it could not.</summary>
    public string? Write(string machine, CalibrationResult result)
    {
        if (_path is null) return null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var next = _path + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(new KeptCalibration(version, machine, result), CalibrationJsonContext.Default.KeptCalibration));
            File.Move(next, _path, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static bool IsWhole(KeptCalibration kept) =>
        kept is { Version: not null, Machine: not null, Result: { MicrosecondsPerRow.Count: > 0, SideBySideRowsPerSecond: > 0, OneCallerRowsPerSecond: > 0 } };
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(KeptCalibration))]
internal sealed partial class CalibrationJsonContext : JsonSerializerContext;
