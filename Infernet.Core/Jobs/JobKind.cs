namespace Infernet.Core.Jobs;

/// <summary>What is to be done with each input.</summary>
public enum JobKind
{
    /// <summary>Continue a raw text.</summary>
    Completion,

    /// <summary>Answer a conversation, laid out by the model's own template.</summary>
    Chat,

    /// <summary>Turn a text into a vector.</summary>
    Embedding,
}
