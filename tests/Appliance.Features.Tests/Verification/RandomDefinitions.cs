using System.Globalization;

namespace Appliance.Features.Tests.Verification;

/// <summary>Definitions that change at random, always so that they stay valid, and events for them, right and wrong. Views: flow, dock, lot, and mix over the first two.</summary>
internal sealed class RandomDefinitions(Random random)
{
    private static readonly string[] Types = ["int32", "int64", "double", "string"];

    // Of the events; of rows of a source that lists its columns; of one that does not.
    private readonly List<Column> _fields = [new("f0", "double"), new("f1", "int64"), new("f2", "string")];
    private readonly List<Column> _listed = [new("c0", "int64"), new("c1", "double")];
    private readonly List<Column> _dock = [new("p0", "double"), new("p1", "string")];
    private readonly List<Window> _flow = [new("n", "count", null, null, "1d", "int64"), new("s", "sum", "f0", null, "3h", "double")];
    private readonly List<string> _lot = ["c0"];
    private string _ttl = "30d", _lateness = "1d";
    private int _count;

    public string[] Features =>
        [.. _flow.Select(f => $"flow:{f.Name}"), .. _dock.Select(c => $"dock:{c.Name}"), .. _lot.Select(c => $"lot:{c}"), "mix:both"];

    public string Json => $$"""
        {
          "entities": [ { "name": "thing", "joinKeys": [ { "name": "id", "type": "int64" } ] } ],
          "sources": [
            { "name": "moves", "kind": "events", "lateness": "{{_lateness}}", "fields": [ {{string.Join(", ", _fields)}} ] },
            { "name": "listed", "kind": "push", "fields": [ {{string.Join(", ", _listed)}} ] },
            { "name": "bare", "kind": "push" }
          ],
          "featureViews": [
            { "name": "flow", "kind": "stream", "entities": ["thing"], "source": "moves", "ttl": "{{_ttl}}", "features": [ {{string.Join(", ", _flow)}} ] },
            { "name": "dock", "kind": "batch", "entities": ["thing"], "source": "bare", "ttl": "{{_ttl}}", "features": [ {{string.Join(", ", _dock)}} ] },
            { "name": "lot", "kind": "batch", "entities": ["thing"], "source": "listed", "features": [ {{string.Join(", ", _listed.Where(c => _lot.Contains(c.Name)))}} ] },
            { "name": "mix", "kind": "onDemand", "entities": ["thing"], "inputs": ["flow", "dock"], "features": [ { "name": "both", "type": "double", "default": 0.5, "expression": "n + p0" } ] }
          ]
        }
        """;

    /// <summary>Changes one thing, or nothing where it finds nothing to change.</summary>
    public void Change()
    {
        switch (random.Next(11))
        {
            case 0: Add(_fields, "f"); break;
            case 1: Drop(_fields, _fields.FindAll(f => !_flow.Exists(w => w.Field == f.Name || w.Where?.StartsWith(f.Name, StringComparison.Ordinal) == true))); break;
            case 2: random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_fields)); break;
            case 3 or 4: AddWindow(); break;
            case 5: Drop(_flow, _flow.FindAll(w => w.Name != "n")); break;
            case 6: Add(_dock, "p"); break;
            case 7: Drop(_dock, _dock.FindAll(c => c.Name != "p0")); break;
            case 8: ChangeListed(); break;
            case 9:
                var (columns, at) = random.Next(2) == 0 ? (_fields, random.Next(_fields.Count)) : (_dock, random.Next(_dock.Count));
                if (columns[at].Type == "int32") columns[at] = columns[at] with { Type = "int64" };
                break;
            default: (_ttl, _lateness) = (random.Next(2) == 0 ? "30d" : "1h", random.Next(3) == 0 ? "2h" : "1d"); break;
        }
    }

    /// <summary>An event or a row of one of three things; one in fifteen has a wrong value, and some have fields that nobody declares.</summary>
    public string Event(DateTimeOffset now)
    {
        var (source, type, columns) = random.Next(5) switch
        {
            0 => ("bare", "row", _dock),
            1 => ("listed", "row", _listed),
            _ => ("moves", random.Next(2) == 0 ? "a" : "b", _fields),
        };
        var members = columns.Select(c => $"\"{c.Name}\":{Value(random.Next(15 * columns.Count) == 0 ? Types[random.Next(4)] : c.Type)}").ToList();
        for (var i = 0; i < 6 && type != "row"; i++)
        {
            if (random.Next(10) == 0 && !_fields.Exists(f => f.Name == $"f{i}")) members.Add($"\"f{i}\":{Value(Types[random.Next(4)])}");
        }
        var minutes = random.Next(20) == 0 ? random.Next(60, 2_000) : random.Next(100);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$$"""{"id":"{{{_count++}}}","source":"{{{source}}}","type":"{{{type}}}","entity":{"id":{{{random.Next(1, 4)}}}},"time":"{{{now.AddMinutes(-minutes):yyyy-MM-dd'T'HH:mm:ss'Z'}}}","data":{{{{string.Join(',', members)}}}}}""");
    }

    private void Add(List<Column> columns, string letter)
    {
        var name = $"{letter}{random.Next(6)}";
        if (!columns.Exists(c => c.Name == name)) columns.Insert(random.Next(columns.Count + 1), new Column(name, Types[random.Next(4)]));
    }

    private void AddWindow()
    {
        var name = $"w{random.Next(8)}";
        if (_fields.Count == 0 || _flow.Exists(w => w.Name == name)) return;
        var field = _fields[random.Next(_fields.Count)];
        var functions = field.Type == "string" ? (string[])["count", "distinct"] : ["count", "distinct", "sum", "max", "last"];
        var function = functions[random.Next(functions.Length)];
        var numbers = _fields.FindAll(f => f.Type != "string");
        var where = random.Next(3) switch
        {
            0 when numbers.Count > 0 => $"{Pick(numbers)!.Name} > {random.Next(6)}",
            1 => "type == 'a'",
            _ => null,
        };
        var window = random.Next(2) == 0 ? "1h" : "1d";
        var type = field.Type == "double" && function is not ("count" or "distinct") ? "double" : "int64";
        _flow.Insert(random.Next(_flow.Count + 1), new Window(name, function, field.Name, where, window, type));
    }

    private void ChangeListed()
    {
        if (random.Next(3) == 0) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_listed));
        else if (random.Next(2) == 0) Add(_listed, "c");
        else if (Pick(_listed.FindAll(c => !_lot.Contains(c.Name))) is not { } free) return;
        else if (random.Next(2) == 0) _listed.Remove(free);
        else _lot.Add(free.Name);
    }

    private void Drop<T>(List<T> from, List<T> any) where T : class
    {
        if (Pick(any) is { } one) from.Remove(one);
    }

    private T? Pick<T>(List<T> of) where T : class => of.Count == 0 ? null : of[random.Next(of.Count)];

    private string Value(string type) => type switch
    {
        "string" => $"\"s{random.Next(4)}\"",
        "double" => (random.Next(40) / 4.0).ToString("0.0#", CultureInfo.InvariantCulture),
        _ => random.Next(10).ToString(CultureInfo.InvariantCulture),
    };

    private sealed record Column(string Name, string Type)
    {
        public override string ToString() => $$"""{ "name": "{{Name}}", "type": "{{Type}}" }""";
    }

    private sealed record Window(string Name, string Function, string? Field, string? Where, string Length, string Type)
    {
        public override string ToString()
        {
            var field = Field is null ? "" : $"\"field\": \"{Field}\", ";
            var where = Where is null ? "" : $"\"where\": \"{Where}\", ";
            return $$"""{ "name": "{{Name}}", "type": "{{Type}}", "aggregate": { "function": "{{Function}}", {{field}}{{where}}"window": "{{Length}}" } }""";
        }
    }
}
