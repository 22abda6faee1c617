namespace PhysioSite.Data.Providers;

/// <summary>
/// Short messages to the other instances of the site. They must not contain personal data. A message can get lost together with the
/// process that sends it.
/// </summary>
public interface IInstanceMessages
{
    /// <summary>Returns at once; the message is sent later. Equal messages may arrive as one.</summary>
    public void Send(string message);

    /// <param name="receive">Called with each message of another instance.</param>
    /// <param name="missed">Called when messages of other instances may have been missed.</param>
    public void Subscribe(Action<string> receive, Action missed);
}
