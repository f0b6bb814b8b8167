using System.Text;
using Appliance.Scoring.Features;

namespace Appliance.Scoring.Tests.Entities;

/// <summary>One row of a request: what it gives, and whose it is.</summary>
internal sealed class EntityRow
{
    private readonly List<(string Name, object Value)> _features = [];
    private readonly List<(string Name, object? Value)> _keys = [];
    private object? _user;
    private bool _hasEntity;

    public static EntityRow Of(params (string Name, object Value)[] features)
    {
        var row = new EntityRow();
        row._features.AddRange(features);
        return row;
    }

    /// <summary>With the key of the shop's service.</summary>
    public EntityRow For(long shopper) => Key("shopper_id", shopper);

    public EntityRow Key(string name, object? value)
    {
        _hasEntity = true;
        _keys.Add((name, value));
        return this;
    }

    /// <summary>With an entity that has no key at all.</summary>
    public EntityRow ForNobody()
    {
        _hasEntity = true;
        return this;
    }

    public EntityRow User(object id)
    {
        _user = id;
        return this;
    }

    public bool Write(FeatureRowWriter writer)
    {
        if (!writer.BeginRow()) return false;
        foreach (var (name, value) in _features)
        {
            if (!writer.Select(Encoding.UTF8.GetBytes(name)) || !SetFeature(writer, value)) return false;
        }
        if (_hasEntity && !WriteKeys(writer)) return false;
        if (_user is not null && !writer.RowIsComplete && writer.Entity.TryBeginUser() && !SetKey(writer, _user)) return false;
        return writer.EndRow();
    }

    private bool WriteKeys(FeatureRowWriter writer)
    {
        if (!writer.Entity.Begin()) return false;
        foreach (var (name, value) in _keys)
        {
            if (!writer.Entity.Select(Encoding.UTF8.GetBytes(name)) || !SetKey(writer, value)) return false;
        }
        return true;
    }

    private static bool SetFeature(FeatureRowWriter writer, object value) => value switch
    {
        double d => writer.SetNumber(d),
        int i => writer.SetInteger(i),
        _ => writer.SetText(Encoding.UTF8.GetBytes((string)value)),
    };

    private static bool SetKey(FeatureRowWriter writer, object? value) => value switch
    {
        long l => writer.Entity.SetInteger(l),
        int i => writer.Entity.SetInteger(i),
        double d => writer.Entity.SetNumber(d),
        bool b => writer.Entity.SetBool(b),
        string s => writer.Entity.SetText(Encoding.UTF8.GetBytes(s)),
        _ => writer.Entity.RefuseValue("null"),
    };
}
