using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Inference.Onnx;

namespace Appliance.Host.Profiles;

/// <summary>Reads a hardware profile and reports every fault at once: file, field, value and rule. Not thread-safe; one file each.</summary>
/// <param name="file">What errors call the file.</param>
internal sealed partial class ProfileReader(string file)
{
    /// <summary>Of a profile file at most. The largest one here is a fortieth of it.</summary>
    public const int MaxBytes = 64 << 10;

    private const string NameRule = "it must be 1 to 64 lower-case letters, digits and hyphens, a letter first";
    private const string TextRule = "it must be text";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly List<string> _errors = [];
    private readonly Dictionary<string, long> _numbers = [];

    /// <summary>Null with the errors where the file is refused.</summary>
    public HardwareProfile? Read(ReadOnlyMemory<byte> json, out IReadOnlyList<string> errors)
    {
        errors = _errors;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (JsonException e)
        {
            _errors.Add($"{file} is no JSON that can be read here: {e.Message.TrimEnd('.')}");
            return null;
        }
        using (document) return Read(document.RootElement);
    }

    private HardwareProfile? Read(JsonElement root)
    {
        if (!IsObject(root, "the file")) return null;
        var (name, description) = ("", "");
        IReadOnlyList<ProfileAccelerator> accelerators = [];
        IReadOnlyList<string> providers = [];
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                // What editors find the schema by.
                case "$schema": break;
                case "name": name = Text(member.Value, "name", NameRule, t => NamePattern().IsMatch(t)); break;
                case "description": description = Text(member.Value, "description", TextRule, _ => true); break;
                case "accelerators": accelerators = ReadAccelerators(member.Value); break;
                case "executionProviders": providers = ReadProviders(member.Value); break;
                default: ReadNumbers(member); break;
            }
        }
        foreach (var required in new[] { "name", "executionProviders" }.Where(r => !root.TryGetProperty(r, out _))) Missing(required);
        foreach (var field in ProfileFields.All.Where(f => f.IsRequired && Find(root, f.Path) is null)) Missing(field.Path);
        if (providers.Contains(ExecutionProviders.Cuda) && accelerators.All(a => a.Provider != ExecutionProviders.Cuda))
        {
            Refuse("accelerators", "without one for cuda", "executionProviders names cuda, so one with provider cuda must be there");
        }
        return _errors.Count == 0 ? new HardwareProfile(name, description, accelerators, providers, _numbers) : null;
    }

    /// <summary>A number at the top, or a section of numbers.</summary>
    private void ReadNumbers(JsonProperty member)
    {
        if (ProfileFields.All.FirstOrDefault(f => f.Path == member.Name) is { } alone)
        {
            Number(alone, member.Value);
            return;
        }
        var section = member.Name + ".";
        if (!ProfileFields.All.Any(f => f.Path.StartsWith(section, StringComparison.Ordinal)))
        {
            Unknown(member.Name);
            return;
        }
        if (!IsObject(member.Value, member.Name)) return;
        foreach (var inner in member.Value.EnumerateObject())
        {
            if (ProfileFields.All.FirstOrDefault(f => f.Path == section + inner.Name) is { } field) Number(field, inner.Value);
            else Unknown(section + inner.Name);
        }
    }

    private void Number(ProfileField field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= field.Least && number <= field.Most) _numbers[field.Path] = number;
        else Refuse(field.Path, value.GetRawText(), field.Rule);
    }

    private List<ProfileAccelerator> ReadAccelerators(JsonElement list)
    {
        var read = new List<ProfileAccelerator>();
        if (list.ValueKind != JsonValueKind.Array)
        {
            Refuse("accelerators", list.GetRawText(), "it must be a list");
            return read;
        }
        foreach (var (element, i) in list.EnumerateArray().Select((e, i) => (e, i))) read.Add(ReadAccelerator(element, $"accelerators[{i}]"));
        return read;
    }

    private ProfileAccelerator ReadAccelerator(JsonElement element, string at)
    {
        var read = new ProfileAccelerator("", "", 0, 0);
        if (!IsObject(element, at)) return read;
        foreach (var member in element.EnumerateObject())
        {
            var path = $"{at}.{member.Name}";
            switch (member.Name)
            {
                case "provider": read = read with { Provider = Text(member.Value, path, "it must be cuda", t => t == ExecutionProviders.Cuda) }; break;
                case "model": read = read with { Model = Text(member.Value, path, "it must be text that is not empty", t => t.Length > 0) }; break;
                case "count": read = read with { Count = Whole(member.Value, path, 1, 64) }; break;
                case "memoryMegabytes": read = read with { MemoryMegabytes = Whole(member.Value, path, 256, 1_048_576) }; break;
                default: Unknown(path); break;
            }
        }
        foreach (var required in new[] { "provider", "model", "count", "memoryMegabytes" }.Where(r => !element.TryGetProperty(r, out _))) Missing($"{at}.{required}");
        return read;
    }

    private string[] ReadProviders(JsonElement list)
    {
        const string Rule = "it must be a list of names, at least one";
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0 || list.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
        {
            Refuse("executionProviders", list.GetRawText(), Rule);
            return [];
        }
        string[] names = [.. list.EnumerateArray().Select(e => e.GetString()!)];
        if (ExecutionProviders.Problem(names) is { } problem) Refuse("executionProviders", string.Join(", ", names), problem);
        return names;
    }

    private int Whole(JsonElement value, string path, int least, int most)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Refuse(path, value.GetRawText(), $"it must be a whole number from {least} to {most}");
        return 0;
    }

    private string Text(JsonElement value, string path, string rule, Func<string, bool> holds)
    {
        if (value.ValueKind == JsonValueKind.String && holds(value.GetString()!)) return value.GetString()!;
        Refuse(path, value.GetRawText(), rule);
        return "";
    }

    private bool IsObject(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Object) return true;
        Refuse(path, element.GetRawText(), "it must be an object");
        return false;
    }

    private static JsonElement? Find(JsonElement root, string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(part, out root)) return null;
        }
        return root;
    }

    private void Refuse(string path, string value, string rule) => _errors.Add($"{file}: {path} is {value}; {rule}");

    private void Missing(string path) => _errors.Add($"{file}: {path} is missing; it must be there");

    private void Unknown(string path) => _errors.Add($"{file}: {path} is not a field of a hardware profile; the fields are in hardware-profiles/profile.schema.json");

    [GeneratedRegex("^[a-z][a-z0-9-]{0,63}$")]
    private static partial Regex NamePattern();
}
