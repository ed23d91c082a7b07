namespace GmmVision.Foreground;

/// <summary>Tells a camera that was pushed from one that shakes: its shift stays the same for a second.</summary>
internal sealed class SteadyShift
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private int _x, _y;
    private TimeSpan _since;

    /// <summary>Takes in the shift of a frame, in whole pixels.</summary>
    /// <returns>Whether it has lasted; then it is forgotten, since the background will be moved.</returns>
    public bool Lasts(TimeSpan time, int x, int y)
    {
        if (x != _x || y != _y || time < _since)
            (_x, _y, _since) = (x, y, time);
        if ((x == 0 && y == 0) || time - _since < Patience)
            return false;
        (_x, _y) = (0, 0);
        return true;
    }
}
