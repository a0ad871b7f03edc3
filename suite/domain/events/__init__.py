"""Facts: past tense, whole, with the decision and its inputs, so that replay never needs the rules of that day.

A kind is a wire name for ever: `Name.version`. A meaning never changes; a new meaning is a new version. A kind
that starts with a capital must be understood before a reader may go on; lower case may be skipped (protocol 3.9).
"""
