namespace GmmVision.Foreground;

/// <summary>Tells a light that stays, or goes on changing, from a cloud or a lamp that is soon gone: it differs clearly for two seconds.</summary>
internal sealed class SteadyLight
{
    private const double Clearly = 0.2;     // of the brightness: undone in every frame, an eighth bit is lost to it, and shadows and saturation begin to show
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private TimeSpan? _since;

    /// <summary>Takes in the light of a frame.</summary>
    /// <param name="time">Of the frame.</param>
    /// <param name="departure">By which part of its brightness the background looks other.</param>
    /// <returns>Whether it has lasted; then it is forgotten, since the background will be brought into it.</returns>
    public bool Lasts(TimeSpan time, double departure)
    {
        if (departure < Clearly)
            _since = null;
        else if (_since is not { } since || time < since)
            _since = time;
        else if (time - since >= Patience)
        {
            _since = null;
            return true;
        }
        return false;
    }
}
