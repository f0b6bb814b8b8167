namespace FeatureClients.Calls;

/// <summary>Scores one entity one way. Used by one caller at a time, on one connection.</summary>
internal interface IScoreCaller
{
    /// <summary>The score.</summary>
    Task<double> ScoreAsync(long id);
}
