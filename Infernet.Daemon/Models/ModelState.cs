namespace Infernet.Daemon.Models;

/// <summary>Where a model stands on this node.</summary>
internal enum ModelState
{
    /// <summary>In the store, not offered.</summary>
    Ready,

    /// <summary>Coming from other peers.</summary>
    Fetching,

    /// <summary>Being loaded and measured.</summary>
    Loading,

    /// <summary>Loaded and offered.</summary>
    Serving,

    /// <summary>It could not be fetched or loaded; the entry says why.</summary>
    Failed,
}
