// Named only, as in a FlutterFlow app.
abstract class FlutterFlowTheme {}
