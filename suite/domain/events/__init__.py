"""Facts: past tense, whole, with the decision and its inputs, so that replay never needs the rules of that day.

A kind is a wire name for ever: `Name.version`. A meaning never changes; a new meaning is a new version. A kind
nobody knows yet is refused with "update first": its writer keeps it until it is confirmed.
"""
