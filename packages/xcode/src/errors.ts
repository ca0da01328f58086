import { defineErrors, details } from '@cordon/core/errors'

/** Every bad input that concerns an Xcode project. Paths are shown as the caller gave them or relative to them. */
export const xcodeErrors = defineErrors('xcode', {
  not_found: {
    status: 404,
    title: 'There is no such file or folder',
    remedy: 'Give the path of an existing .xcodeproj, .xcworkspace, or a folder that holds exactly one.',
    details: details<{ path: string }>(),
  },
  not_a_project: {
    status: 400,
    title: 'This is not an Xcode project',
    remedy: 'Give the path of a .xcodeproj, a .xcworkspace, or a folder that holds exactly one.',
    details: details<{ path: string; reason: string }>(),
  },
  no_project_in_folder: {
    status: 404,
    title: 'The folder holds no Xcode project',
    remedy: 'Give the path of the .xcodeproj or .xcworkspace itself.',
    details: details<{ path: string }>(),
  },
  several_projects_in_folder: {
    status: 400,
    title: 'The folder holds more than one Xcode project',
    remedy: 'Name one of the projects found instead of the folder.',
    details: details<{ path: string; found: string[] }>(),
  },
  project_truncated: {
    status: 400,
    title: 'The project file ends too early',
    remedy: 'Restore project.pbxproj from version control; it was cut off while it was written or copied.',
    details: details<{ path: string; line: number; reason: string }>(),
  },
  project_malformed: {
    status: 400,
    title: 'The project file cannot be read',
    remedy: 'Repair project.pbxproj at the line named, or restore it from version control.',
    details: details<{ path: string; line: number; reason: string }>(),
  },
  merge_conflict: {
    status: 400,
    title: 'The project file holds an unresolved merge conflict',
    remedy: 'Resolve the conflict in project.pbxproj at the line named and commit the result.',
    details: details<{ path: string; line: number }>(),
  },
  project_too_deep: {
    status: 400,
    title: 'The project file is nested too deeply',
    remedy: 'Restore project.pbxproj from version control; a project written by Xcode stays far below the limit.',
    details: details<{ path: string; line: number; limit: number }>(),
  },
  project_not_editable: {
    status: 400,
    title: 'The project file is written as XML and is only read',
    remedy: 'Open the project in Xcode and save it, which writes the usual form, then try again.',
    details: details<{ path: string }>(),
  },
  project_changed: {
    status: 409,
    title: 'The project file was changed meanwhile',
    remedy: 'Run the step again; nothing was written.',
    details: details<{ path: string }>(),
  },
  file_too_large: {
    status: 400,
    title: 'The file is too large to be part of an Xcode project',
    remedy: 'Check that the path names the file you mean; the limit is given in bytes.',
    details: details<{ path: string; bytes: number; limit: number }>(),
  },
  file_unreadable: {
    status: 400,
    title: 'A file of the project cannot be read',
    remedy: 'Check the permissions of the file and that it is a regular file.',
    details: details<{ path: string; reason: string }>(),
  },
  path_outside_project: {
    status: 400,
    title: 'The project refers to a file outside its folder',
    remedy: 'Move the file into the project, or allow its folder explicitly.',
    details: details<{ path: string; referredFrom: string; root: string }>(),
  },
  scheme_not_found: {
    status: 404,
    title: 'The scheme does not exist',
    remedy: 'Choose one of the schemes that exist, or share the scheme in Xcode and commit it.',
    details: details<{ scheme: string; available: string[] }>(),
  },
  scheme_ambiguous: {
    status: 400,
    title: 'More than one scheme archives an app',
    remedy: 'Name the scheme to use.',
    details: details<{ available: string[] }>(),
  },
  scheme_without_app: {
    status: 400,
    title: 'The scheme does not archive an app',
    remedy: 'Choose a scheme that archives an app, or switch "Archive" on for the app in the build action of this one.',
    details: details<{ scheme: string; reason: string; available: string[] }>(),
  },
  scheme_malformed: {
    status: 400,
    title: 'The scheme file cannot be read',
    remedy: 'Open the scheme in Xcode and save it, or restore it from version control.',
    details: details<{ path: string; reason: string }>(),
  },
  workspace_malformed: {
    status: 400,
    title: 'The workspace file cannot be read',
    remedy: 'Restore contents.xcworkspacedata from version control.',
    details: details<{ path: string; reason: string }>(),
  },
  target_not_found: {
    status: 404,
    title: 'The target does not exist in the project',
    remedy: 'Choose one of the targets that exist.',
    details: details<{ target: string; available: string[] }>(),
  },
  configuration_not_found: {
    status: 404,
    title: 'The build configuration does not exist',
    remedy: 'Choose a configuration that every target of the project has.',
    details: details<{ configuration: string; target: string; available: string[] }>(),
  },
  include_cycle: {
    status: 400,
    title: 'The xcconfig files include each other in a circle',
    remedy: 'Remove one of the #include lines of the circle.',
    details: details<{ cycle: string[] }>(),
  },
  include_too_deep: {
    status: 400,
    title: 'The xcconfig files include each other too deeply',
    remedy: 'Flatten the chain of #include lines.',
    details: details<{ path: string; limit: number }>(),
  },
  plist_malformed: {
    status: 400,
    title: 'A property list of the project cannot be read',
    remedy: 'Repair the file; plutil -lint or a property list editor names the place.',
    details: details<{ path: string; reason: string }>(),
  },
  signing_value_invalid: {
    status: 400,
    title: 'A value for manual signing is not acceptable',
    remedy: 'Correct the value of the field named.',
    details: details<{ field: string; target: string; accepted: string }>(),
  },
})
