using System.Text.Json;
using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Host.Rest.Features;

/// <summary>Writes plans, changes and objects of the registry as JSON.</summary>
internal static class RegistryJson
{
    /// <summary>What a change does or did.</summary>
    /// <param name="revision">The registry's revision afterwards.</param>
    public static void WritePlan(Utf8JsonWriter json, RegistryPlan plan, string outcome, string message, long revision)
    {
        json.WriteStartObject();
        json.WriteString("outcome"u8, outcome);
        json.WriteString("message"u8, message);
        json.WriteNumber("revision"u8, revision);
        WriteEach(json, "errors"u8, plan.Errors, WriteError);
        WriteEach(json, "changes"u8, plan.Changes, WriteChange);
        WriteEach(json, "verdicts"u8, plan.Verdicts, WriteVerdict);
        WriteEach(json, "brokenModels"u8, plan.BrokenModels, WriteModel);
        WriteEach(json, "newVersions"u8, plan.NewVersions, WriteVersion);
        if (plan.AddedWindows.Count > 0) WriteEach(json, "warnings"u8, plan.AddedWindows, static (to, window) => to.WriteStringValue(window.ToString()));
        json.WriteEndObject();
    }

    /// <summary>One line of a list.</summary>
    public static void WriteEntry(Utf8JsonWriter json, RegisteredObject entry)
    {
        var latest = entry.Latest;
        json.WriteStartObject();
        WriteName(json, entry.Kind, entry.Name);
        json.WriteNumber("version"u8, latest.Version);
        WriteOptional(json, "description", latest.Definition.Description);
        WriteOptional(json, "owner", latest.Definition.Owner);
        WriteRevision(json, latest.Revision);
        json.WriteEndObject();
    }

    /// <summary>An object with all its versions.</summary>
    /// <param name="windows">Of a stream view: those that were added to it.</param>
    public static void WriteObject(Utf8JsonWriter json, RegisteredObject entry, IReadOnlyList<ViewWindow> windows)
    {
        json.WriteStartObject();
        WriteName(json, entry.Kind, entry.Name);
        json.WriteBoolean("deleted"u8, entry.IsDeleted);
        if (entry.DeletedBy is { } by)
        {
            json.WriteStartObject("deletedBy"u8);
            WriteRevision(json, by);
            json.WriteEndObject();
        }
        if (windows.Count > 0) WriteEach(json, "addedWindows"u8, windows, WriteWindow);
        WriteEach(json, "versions"u8, entry.Versions, WriteWholeVersion);
        json.WriteEndObject();
    }

    private static void WriteWindow(Utf8JsonWriter json, ViewWindow window)
    {
        json.WriteStartObject();
        json.WriteString("feature"u8, window.Feature.Feature);
        json.WriteString("window"u8, window.Length);
        json.WriteString("wholeFrom"u8, window.WholeFrom.UtcDateTime);
        json.WriteEndObject();
    }

    private static void WriteWholeVersion(Utf8JsonWriter json, RegisteredVersion version)
    {
        json.WriteStartObject();
        json.WriteNumber("version"u8, version.Version);
        json.WritePropertyName("definition"u8);
        json.WriteRawValue(version.CanonicalJson, skipInputValidation: true);
        json.WriteString("sha256"u8, version.Sha256);
        WriteRevision(json, version.Revision);
        WriteEach(json, "diff"u8, version.Diff, WriteField);
        WriteEach(json, "pins"u8, version.Pins, WritePin);
        json.WriteEndObject();
    }

    private static void WritePin(Utf8JsonWriter json, FeaturePin pin)
    {
        json.WriteStartObject();
        json.WriteString("feature"u8, pin.Reference.ToString());
        json.WriteNumber("viewVersion"u8, pin.ViewVersion);
        json.WriteString("type"u8, pin.Type);
        json.WriteNumber("meaning"u8, pin.Meaning);
        json.WriteEndObject();
    }

    private static void WriteRevision(Utf8JsonWriter json, RegistryRevision revision)
    {
        json.WriteNumber("revision"u8, revision.Number);
        json.WriteString("time"u8, revision.Time.UtcDateTime);
        json.WriteString("author"u8, revision.Author);
        json.WriteString("reason"u8, revision.Reason);
    }

    private static void WriteError(Utf8JsonWriter json, DefinitionError error)
    {
        json.WriteStartObject();
        json.WriteString("file"u8, error.File);
        json.WriteString("path"u8, error.Path);
        WriteOptional(json, "value", error.Value);
        json.WriteString("rule"u8, error.Rule);
        json.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter json, DefinitionChange change)
    {
        json.WriteStartObject();
        WriteName(json, change.Kind, change.Name);
        json.WriteString("change"u8, change.Type switch { ChangeType.Added => "added", ChangeType.Removed => "removed", _ => "changed" });
        WriteEach(json, "fields"u8, change.Fields, WriteField);
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, FieldChange field)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, field.Path);
        WriteOptional(json, "old", field.Old);
        WriteOptional(json, "new", field.New);
        json.WriteEndObject();
    }

    private static void WriteVerdict(Utf8JsonWriter json, ChangeVerdict verdict)
    {
        json.WriteStartObject();
        WriteName(json, verdict.Kind, verdict.Name);
        WriteOptional(json, "path", verdict.Path);
        json.WriteBoolean("breaking"u8, verdict.IsBreaking);
        json.WriteString("reason"u8, verdict.Reason);
        WriteEach(json, "breaks"u8, verdict.Breaks, static (to, feature) => to.WriteStringValue(feature.ToString()));
        WriteEach(json, "services"u8, verdict.Services, static (to, service) => to.WriteStringValue(service));
        WriteEach(json, "models"u8, verdict.Models, WriteModel);
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, ServedModel model)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model.Model);
        json.WriteNumber("version"u8, model.Version);
        json.WriteString("featureService"u8, model.FeatureService);
        json.WriteNumber("featureServiceVersion"u8, model.FeatureServiceVersion);
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, NewVersion version)
    {
        json.WriteStartObject();
        WriteName(json, version.Kind, version.Name);
        json.WriteNumber("version"u8, version.Version);
        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, DefinitionKind kind, string name)
    {
        json.WriteString("kind"u8, kind.Word());
        json.WriteString("name"u8, name);
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteEach<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items) write(json, item);
        json.WriteEndArray();
    }
}
