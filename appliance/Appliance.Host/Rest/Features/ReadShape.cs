using System.Text;

namespace Appliance.Host.Rest.Features;

/// <summary>What an API calls the members of a request for features. Immutable.</summary>
internal sealed class ReadShape
{
    private readonly (ReadMember Member, string Name, byte[] Utf8Name)[] _members;

    private ReadShape(bool takesOthers, params (ReadMember Member, string Name)[] members)
    {
        TakesOthers = takesOthers;
        _members = [.. members.Select(m => (m.Member, m.Name, Encoding.UTF8.GetBytes(m.Name)))];
    }

    /// <summary>POST /api/features.</summary>
    public static ReadShape Business { get; } = new(
        takesOthers: false,
        (ReadMember.Entity, "entity"), (ReadMember.Ids, "ids"), (ReadMember.Entities, "entities"), (ReadMember.Features, "features"),
        (ReadMember.Service, "featureService"), (ReadMember.Inputs, "requestInputs"));

    /// <summary>Feast's POST /get-online-features. Its server passes over members that it does not know.</summary>
    public static ReadShape Feast { get; } = new(
        takesOthers: true,
        (ReadMember.Entities, "entities"), (ReadMember.Features, "features"), (ReadMember.Service, "feature_service"),
        (ReadMember.FullNames, "full_feature_names"), (ReadMember.Versions, "include_feature_view_version_metadata"),
        (ReadMember.Inputs, "request_context"));

    /// <summary>Whether members and columns that are not known are passed over.</summary>
    public bool TakesOthers { get; }

    /// <summary>Whether values may be as Feast's server and pandas write them: moments as numbers since 1970, whole numbers as floats.</summary>
    public bool TakesPython => TakesOthers;

    /// <summary>For messages.</summary>
    public string Names => string.Join(", ", _members.Select(m => m.Name));

    public string NameOf(ReadMember member) => Array.Find(_members, m => m.Member == member).Name;

    /// <summary>The member of the name that the reader stands on, or none.</summary>
    public ReadMember Find(ref System.Text.Json.Utf8JsonReader reader)
    {
        foreach (var (member, _, name) in _members)
        {
            if (JsonText.Is(in reader, name)) return member;
        }
        return ReadMember.None;
    }
}
