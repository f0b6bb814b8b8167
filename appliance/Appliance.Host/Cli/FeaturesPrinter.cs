using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FeatureModel.Definitions;

namespace Appliance.Host.Cli;

/// <summary>Prints the registry's answers for people. Not thread-safe.</summary>
/// <param name="sent">The definitions that were sent, so that errors can name their files.</param>
internal sealed partial class FeaturesPrinter(TextWriter output, TextWriter errors, FeatureDefinitions sent)
{
    /// <summary>A plan, or what an apply or a delete did; returns the exit code.</summary>
    public int PrintChange(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("data", out var data)) return Refused(envelope);
        foreach (var error in data.GetProperty("errors").EnumerateArray()) errors.WriteLine($"error: {ErrorText(error)}");
        foreach (var change in data.GetProperty("changes").EnumerateArray()) PrintObjectChange(change, data.GetProperty("verdicts"));
        var failed = envelope.GetProperty("code").GetInt32() != StatusCodes.Status200OK || data.GetProperty("brokenModels").GetArrayLength() > 0;
        // What is refused makes no version.
        if (!failed) PrintVersions(data.GetProperty("newVersions"));
        if (data.TryGetProperty("warnings", out var warnings))
        {
            foreach (var warning in warnings.EnumerateArray()) errors.WriteLine($"warning: {warning.GetString()}");
        }
        foreach (var model in data.GetProperty("brokenModels").EnumerateArray())
        {
            errors.WriteLine($"breaks: model {Text(model, "model")} v{model.GetProperty("version")} (feature service {Text(model, "featureService")} v{model.GetProperty("featureServiceVersion")})");
        }
        if (data.GetProperty("errors").GetArrayLength() == 0) (failed ? errors : output).WriteLine($"{Text(data, "outcome")}: {Text(data, "message")}");
        return failed ? 1 : 0;
    }

    /// <summary>Every object; returns the exit code.</summary>
    public int PrintList(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("data", out var data)) return Refused(envelope);
        foreach (var entry in data.GetProperty("objects").EnumerateArray())
        {
            var description = entry.TryGetProperty("description", out var text) ? $"  {text.GetString()}" : "";
            output.WriteLine($"{Text(entry, "kind"),-16} {Text(entry, "name"),-32} v{entry.GetProperty("version")}{description}");
        }
        output.WriteLine($"revision {data.GetProperty("revision")}");
        return 0;
    }

    /// <summary>One object with its versions; returns the exit code.</summary>
    public int PrintObject(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("data", out var data)) return Refused(envelope);
        output.WriteLine(Name(data));
        foreach (var version in data.GetProperty("versions").EnumerateArray())
        {
            output.WriteLine($"version {version.GetProperty("version")}: {By(version)}");
            foreach (var field in version.GetProperty("diff").EnumerateArray()) PrintField(field);
            foreach (var pin in version.GetProperty("pins").EnumerateArray()) output.WriteLine($"    {Text(pin, "feature")} (view version {pin.GetProperty("viewVersion")}, {Text(pin, "type")})");
        }
        if (data.TryGetProperty("addedWindows", out var windows))
        {
            foreach (var window in windows.EnumerateArray()) output.WriteLine($"window {Text(window, "window")} of feature {Text(window, "feature")}: whole from {Text(window, "wholeFrom")} on");
        }
        if (data.TryGetProperty("deletedBy", out var by)) output.WriteLine($"deleted: {By(by)}");
        else output.WriteLine(data.GetProperty("versions")[data.GetProperty("versions").GetArrayLength() - 1].GetProperty("definition").GetRawText());
        return 0;
    }

    private void PrintVersions(JsonElement versions)
    {
        foreach (var version in versions.EnumerateArray())
        {
            var number = version.GetProperty("version").GetInt32();
            output.WriteLine($"{Name(version)}: {(number == 0 ? "deleted" : $"version {number}")}");
        }
    }

    private void PrintObjectChange(JsonElement change, JsonElement verdicts)
    {
        var sign = Text(change, "change") switch { "added" => "+", "removed" => "-", _ => "~" };
        output.WriteLine($"{sign} {Name(change)}");
        foreach (var field in change.GetProperty("fields").EnumerateArray()) PrintField(field);
        foreach (var verdict in verdicts.EnumerateArray())
        {
            if (Name(verdict) != Name(change) || !verdict.GetProperty("breaking").GetBoolean()) continue;
            var path = verdict.TryGetProperty("path", out var at) ? $"{at.GetString()}: " : "";
            output.WriteLine($"    breaking: {path}{Text(verdict, "reason")}");
        }
    }

    private void PrintField(JsonElement field)
    {
        output.WriteLine($"    {Text(field, "path")}");
        if (field.TryGetProperty("old", out var old)) output.WriteLine($"      - {old.GetString()}");
        if (field.TryGetProperty("new", out var wanted)) output.WriteLine($"      + {wanted.GetString()}");
    }

    // The server saw one body; its author knows files.
    private string ErrorText(JsonElement error)
    {
        var (file, path) = (Text(error, "file"), Text(error, "path"));
        var value = error.TryGetProperty("value", out var shown) ? shown.GetString() : null;
        if (SentObject().Match(path) is { Success: true } match
            && DefinitionKinds.All.FirstOrDefault(k => k.Section() == match.Groups[1].Value) is var kind
            && int.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, out var at)
            && sent.Of(kind).ElementAtOrDefault(at)?.Origin is { } origin)
        {
            (file, path) = (origin.File, origin.Path + path[match.Length..]);
        }
        return new DefinitionError(file, path, value, Text(error, "rule")).ToString();
    }

    private int Refused(JsonElement envelope)
    {
        errors.WriteLine($"appliance: {(envelope.TryGetProperty("message", out var message) ? message.GetString() : $"the answer was {envelope.GetProperty("code")}")}");
        return 1;
    }

    private static string By(JsonElement revision) =>
        $"revision {revision.GetProperty("revision")}, {Text(revision, "time")}, {Text(revision, "author")}: {Text(revision, "reason")}";

    private static string Name(JsonElement named) => $"{Text(named, "kind")} {Text(named, "name")}";

    private static string Text(JsonElement from, string member) => from.GetProperty(member).GetString()!;

    [GeneratedRegex(@"^\$\.(\w+)\[(\d+)\]")]
    private static partial Regex SentObject();
}
