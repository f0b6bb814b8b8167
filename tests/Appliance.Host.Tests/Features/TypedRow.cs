namespace Appliance.Host.Tests.Features;

/// <summary>A row with a value of every type, as a data frame and as it is read back.</summary>
internal static class TypedRow
{
    public const string Frame =
        """
        {"user_id":[1],"event_timestamp":["2025-01-30 10:00:00+00:00"],"a_bytes":["AQID"],"a_string":["höher \"x\""],"a_int32":[-5],"a_int64":[9007199254740993],
        "a_double":[0.1],"a_float":[0.1],"a_bool":[true],"a_time":["2025-01-01T00:00:00.5Z"],"l_bytes":[["AQ==",""]],"l_string":[["a",""]],"l_int32":[[1,-2]],
        "l_int64":[[3]],"l_double":[[0.5]],"l_float":[[0.1]],"l_bool":[[true,false]],"l_time":[["1969-12-31T23:59:59.5Z"]],"a_json":[{"k":[1,null]}]}
        """;

    /// <summary>A row of nulls.</summary>
    public const string Nulls =
        """
        {"user_id":[2],"event_timestamp":["2025-01-30T10:00:00Z"],"a_bytes":[null],"a_string":[null],"a_int32":[null],"a_int64":[null],"a_double":[null],
        "a_float":[null],"a_bool":[null],"a_time":[null],"l_bytes":[null],"l_string":[null],"l_int32":[null],"l_int64":[null],"l_double":[null],
        "l_float":[null],"l_bool":[null],"l_time":[null],"a_json":[null]}
        """;

    /// <summary>The values as /api/features gives them, in the order of the view.</summary>
    public static readonly string[] Values =
    [
        "\"AQID\"", "\"höher \\\"x\\\"\"", "-5", "9007199254740993", "0.1", "0.1", "true", "\"2025-01-01T00:00:00.500000Z\"", "[\"AQ==\",\"\"]", "[\"a\",\"\"]",
        "[1,-2]", "[3]", "[0.5]", "[0.1]", "[true,false]", "[\"1969-12-31T23:59:59.500000Z\"]", "{\"k\":[1,null]}",
    ];

    /// <summary>The values as Feast gives them where that differs: by position.</summary>
    public static readonly Dictionary<int, string> FeastValues = new()
    {
        [5] = "0.10000000149011612", [7] = "1735689600", [13] = "[0.10000000149011612]", [15] = "[-1]", [16] = "\"{\\\"k\\\":[1,null]}\"",
    };
}
