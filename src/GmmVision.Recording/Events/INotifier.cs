namespace GmmVision.Recording.Events;

/// <summary>Somebody who is told of events.</summary>
public interface INotifier : IAsyncDisposable
{
    /// <summary>Takes an event and returns at once, whatever the receiver does. Any thread.</summary>
    void Post(CameraEvent happened);
}
