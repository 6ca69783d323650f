namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>Whether a provider may get a copy of an item.</summary>
internal enum Fit
{
    /// <summary>Nothing speaks against it.</summary>
    Yes,

    /// <summary>Somebody else would be better, as long as there is such a one.</summary>
    NotNow,

    /// <summary>Nothing more fits.</summary>
    Full,

    /// <summary>It has, or had, a copy already.</summary>
    Never,
}
