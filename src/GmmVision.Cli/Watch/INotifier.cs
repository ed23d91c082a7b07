using GmmVision.Web;

namespace GmmVision.Cli.Watch;

/// <summary>Somebody who is told of events.</summary>
internal interface INotifier : IAsyncDisposable
{
    /// <summary>Takes an event and returns at once, whatever the receiver does. Any thread.</summary>
    void Post(LiveEvent happened);
}
