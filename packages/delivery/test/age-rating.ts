/** Questions of the age rating that are answered by how often. */
export const AGE_RATING_LEVELS = [
  ...['alcoholTobaccoOrDrugUseOrReferences', 'contests', 'gamblingSimulated', 'gunsOrOtherWeapons'],
  ...['horrorOrFearThemes', 'matureOrSuggestiveThemes', 'medicalOrTreatmentInformation', 'profanityOrCrudeHumor'],
  ...['sexualContentGraphicAndNudity', 'sexualContentOrNudity', 'violenceCartoonOrFantasy', 'violenceRealistic'],
  'violenceRealisticProlongedGraphicOrSadistic',
]

/** Questions that are answered by yes or no. */
export const AGE_RATING_ANSWERS = [
  ...['advertising', 'ageAssurance', 'gambling', 'healthOrWellnessTopics', 'lootBox', 'messagingAndChat'],
  ...['parentalControls', 'socialMedia', 'socialMediaAgeRestricted', 'unrestrictedWebAccess', 'userGeneratedContent'],
]
