/// The tree below the widgets, as far as one can ask there what is kept without being shown.
library;

class ParentData {}

/// What a list or a row of tabs knows of each child.
mixin KeepAliveParentDataMixin implements ParentData {
  bool keepAlive = false;

  /// Whether it is off the screen, and kept all the same.
  bool get keptAlive;
}

class RenderObject {
  RenderObject? parent;
  ParentData? parentData;

  bool get attached => true;
}
