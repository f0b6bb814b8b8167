using FeatureModel.PointInTime;
using FeatureModel.Tests.Windows;
using FeatureModel.Values;

namespace FeatureModel.Tests.PointInTime;

/// <summary>Events of <see cref="WindowViews.Source"/> as a history has them.</summary>
internal static class Histories
{
    public static HistoryEvent Of(RawEvent raw)
    {
        FeatureValue[] fields =
        [
            raw.Amount is { } amount ? FeatureValue.Of(amount) : FeatureValue.Null,
            raw.Points is { } points ? FeatureValue.Of(points) : FeatureValue.Null,
            raw.Channel is { } channel ? FeatureValue.Of(channel) : FeatureValue.Null,
            FeatureValue.OfTimestamp(raw.Micros), FeatureValue.Null,
        ];
        return new HistoryEvent(raw.Type, fields)
        {
            Position = raw.Arrival, IsRow = false, EventTime = raw.Micros, CreatedTime = raw.Ingest, IngestTime = raw.Ingest,
        };
    }

    public static HistoryEvent Row(long position, long time, long created, params FeatureValue[] fields) => new("row", fields)
    {
        Position = position, IsRow = true, EventTime = time, CreatedTime = created, IngestTime = created,
    };
}
