namespace FeatureModel.Windows;

/// <summary>Takes the features of a row as they are computed, in any order.</summary>
internal interface IWindowSink
{
    void Null(int feature);

    void Integer(int feature, long value);

    void Number(int feature, double value);
}
